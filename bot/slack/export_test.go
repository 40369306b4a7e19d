package slack

// Idle tells whether nothing is being answered. On a busy machine a delivery may be
// acknowledged before its answer is out.
func (c *Channel) Idle() bool { return c.pending.Load() == 0 }
