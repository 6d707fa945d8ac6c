"""Long runs, by hand; the suite makes short ones of the same.

python -m tests.endurance kill --times 300
python -m tests.endurance fuzz --inputs 10000
"""
