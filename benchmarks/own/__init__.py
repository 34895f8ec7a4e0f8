"""The suite by which soundmark measures itself every night."""
