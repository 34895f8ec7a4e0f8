"""Write pages, data, feeds and badges to the site's folder."""
