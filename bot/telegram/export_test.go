package telegram

import "time"

// DescribedFor sets how long a description may lag behind a changed corpus.
func (c *Channel) DescribedFor(d time.Duration) { c.describedFor = d }
