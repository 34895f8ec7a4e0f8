"""A runner of GitHub Actions on this computer, as far as the written workflows need one."""
