"""jixiao: budget performance self-evaluation and evaluation (预算绩效)."""
