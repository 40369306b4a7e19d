package traffic_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

func TestRecentForgetsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := traffic.NewRecent[string, int](10, time.Minute)
		one := func() int { return 1 }
		if v, known := r.Of("a", one); v != 1 || known {
			t.Errorf("new: %d, %v", v, known)
		}
		time.Sleep(40 * time.Second)
		r.Set("a", 2)
		r.Of("b", one)
		time.Sleep(40 * time.Second)
		if v, known := r.Of("a", one); v != 2 || !known {
			t.Errorf("used again within the time: %d, %v", v, known)
		}
		time.Sleep(25 * time.Second)
		synctest.Wait()
		if _, known := r.Get("b"); known || r.Len() != 1 {
			t.Errorf("idle for a minute, and yet known: %v; %d are", known, r.Len())
		}
		time.Sleep(40 * time.Second)
		synctest.Wait()
		if r.Len() != 0 {
			t.Error("nobody came, and somebody is known")
		}
		r.Of("c", one)
		if v, known := r.Get("c"); v != 1 || !known {
			t.Errorf("it goes on: %d, %v", v, known)
		}
		time.Sleep(time.Minute)
	})
}

func TestRecentIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := traffic.NewRecent[int, bool](10, time.Minute)
		for i := range 1000 {
			r.Set(i, true)
			if _, known := r.Get(i); !known {
				t.Fatalf("%d is not known", i)
			}
		}
		if r.Len() != 10 {
			t.Errorf("%d are known", r.Len())
		}
		time.Sleep(2 * time.Minute)
	})
}
