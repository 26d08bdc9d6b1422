"""What every request has to pass, one idea a file, in the order of ``app.py``."""
