"""Commands that bring sheets in and take them out: import, its journal, its maps, export."""
