"""Are planted slowdowns found, and is equal code left alone, beside a load that comes and goes?"""
