package slack

// Pending is how many deliveries are being answered. On a busy machine one may be
// acknowledged before its answer is out.
func (c *Channel) Pending() int { return int(c.pending.Load()) }

// Taking tells whether deliveries are taken.
func (c *Channel) Taking() bool { return c.work.Load() != nil }
