"""What arrived: every file under the input folder, what it is and whose."""
