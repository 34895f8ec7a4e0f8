"""A record in a bucket, on a server or in a folder: wherever fsspec can list, read and write."""
