"""Keep the record: the ledger of run files, and the database that is made of it."""
