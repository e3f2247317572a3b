"""Advice by the evidence: which releases suit, what an upgrade changes, and which cell to measure next."""
