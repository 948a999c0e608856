"""Speed, as ratios against something plain in the same run; never a timed test."""
