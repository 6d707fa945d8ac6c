"""The four tabs: each shows what it is given and posts messages up."""
