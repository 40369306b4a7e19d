package channeltest

import (
	"context"
	"sync/atomic"

	"github.com/frontdesk-care/frontdesk/bot/claims"
)

// StolenClaims are claims in memory, the first of which is lost right before its
// answer goes out.
type StolenClaims struct {
	*claims.Memory
	lost atomic.Bool
}

// NewStolenClaims makes claims that were not stolen yet.
func NewStolenClaims() *StolenClaims {
	return &StolenClaims{Memory: claims.NewMemory(claims.Key{})}
}

// Claim makes a claim.
func (c *StolenClaims) Claim(ctx context.Context, d claims.Delivery) (claims.State, *claims.Held) {
	state, held := c.Memory.Claim(ctx, d)
	if held == nil || c.lost.Swap(true) {
		return state, held
	}
	return state, claims.NewHeld(func(context.Context) bool { return false }, held.Settle)
}
