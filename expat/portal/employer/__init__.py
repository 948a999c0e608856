"""Pages of an employer who pays for members."""
