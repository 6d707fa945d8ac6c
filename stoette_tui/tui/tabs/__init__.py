"""The four tabs: each shows the data it is given, and posts messages up."""
