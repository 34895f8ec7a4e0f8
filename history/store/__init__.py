"""The record: the ledger of run files, and the database made from it."""
