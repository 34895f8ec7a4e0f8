"""Write pages, data, feeds and badges into the folder of the site."""
