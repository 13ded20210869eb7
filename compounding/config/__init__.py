"""What a pharmacy configures: its site file, its lots, and the environment the program runs in. Nonsense stops the program before any order is read."""
