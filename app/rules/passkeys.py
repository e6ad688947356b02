"""What a passkey must be here; never who has one."""

MOST = 10  # of one person
LONGEST_ID = 1023  # bytes of a credential's id (Web Authentication Level 3, 4)
