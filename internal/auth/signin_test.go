package auth

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// guess guesses at an account from an address until it is told to wait; it gives
// how many guesses were looked at, and how long to wait.
func (w *world) guess(email string, from netip.Addr) (int, time.Duration) {
	w.t.Helper()
	return w.guesses("", Attempt{Email: email, Password: other, From: from})
}

// guesses does so in a browser with a token, "" for one without, by one attempt over
// and over.
func (w *world) guesses(device string, in Attempt) (int, time.Duration) {
	w.t.Helper()
	for n := range 1 << 16 {
		_, err := w.SignIn(WithDevice(w.t.Context(), device), in)
		if many, ok := errors.AsType[*TooManyError](err); ok {
			return n, many.Retry
		}
		if !errors.Is(err, ErrWrong) {
			w.t.Fatal(err)
		}
	}
	w.t.Fatal("as many guesses as one likes")
	return 0, 0
}

// browsers are the tokens of many browsers in which somebody signed in, who has no
// account before.
func (w *world) browsers(email string) []string {
	w.t.Helper()
	devices := []string{w.join(email).Device}
	for range 19 {
		x, err := w.signIn(email, words, "")
		must(w.t, err)
		devices = append(devices, x.Device)
	}
	return devices
}

// at is one of many addresses.
func at(i int) netip.Addr { return netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)}) }

// TestS5PerAccount: guessing at one account is limited from each network and from
// all together, and not for others.
func TestS5PerAccount(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	w.join(tom)
	if n, wait := w.guess(tom, home); n != 10 || wait != time.Minute {
		t.Fatalf("%d guesses at once from one network, then wait %v", n, wait)
	}
	var many *TooManyError
	if _, err := w.signIn("TOM@example.org ", words, ""); !errors.As(err, &many) {
		t.Errorf("the right password is looked at: %v", err)
	}
	if _, err := w.SignIn(t.Context(), Attempt{Email: tom, Password: words, From: at(0)}); err != nil {
		t.Errorf("from another network: %v", err)
	}
	if _, err := w.signIn(admin, words, ""); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	w.wait(time.Minute)
	if _, err := w.signIn(tom, words, ""); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	all, start := 0, w.clock()
	for w.clock().Sub(start) < 6*time.Hour {
		for i := range 50 {
			n, _ := w.guess(tom, at(i))
			all += n
		}
		w.wait(time.Minute)
	}
	if most := 60 + 6*60*4; all > most || all < most/2 {
		t.Errorf("%d guesses in six hours from fifty networks, at most %d", all, most)
	}
}

// TestS5NobodyLocksAnotherOut: however much somebody guesses, from wherever, its
// person gets in by a browser in which they signed in before, changes the password
// where they are signed in, and takes a link for a new password elsewhere.
func TestS5NobodyLocksAnotherOut(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	here := w.join(tom)
	secret, _ := w.enrol(tom)
	siege := func() {
		t.Helper()
		for i := range 100 {
			w.guess(tom, at(i))
		}
		w.guess(tom, home)
		w.guesses("", Attempt{Email: tom, Password: words, Code: "00000x", From: at(200)}) // one who knows the password fills the codes as well
	}
	siege()
	var many *TooManyError
	if _, err := w.signIn(tom, words, w.code(secret)); !errors.As(err, &many) {
		t.Fatalf("a browser that nobody knows: %v", err)
	}
	known := WithDevice(t.Context(), here.Device)
	x, err := w.SignIn(known, Attempt{Email: tom, Password: words, Code: w.code(secret), From: home})
	must(t, err)
	w.wait(time.Minute)
	siege()
	changed, err := w.ChangePassword(t.Context(), tom, x.Person.Session, words, "eight lanterns hum now")
	must(t, err)
	if changed.Device == "" {
		t.Error("a new session brings no device token")
	}
	link, err := w.ResetLink(t.Context(), admin, tom)
	must(t, err)
	ended, err := w.Reset(t.Context(), link, words)
	must(t, err)
	device := ended.Device
	w.wait(time.Minute)
	siege()
	if _, err := w.SignIn(WithDevice(t.Context(), device), Attempt{Email: tom, Password: words, Code: w.code(secret), From: at(300)}); err != nil {
		t.Errorf("after a new password: %v", err)
	}
}

// TestS5DevicesAreLimitedToo: a device token lets nobody in, guesses with it are
// limited, and none of somebody else, of another ledger, changed or too old counts.
func TestS5DevicesAreLimitedToo(t *testing.T) {
	w := newWorld(t)
	adas := w.setUp().Device
	toms := w.join(tom).Device
	elsewhere := newWorld(t)
	foreign := elsewhere.setUp().Device
	guess := func(token string) int {
		t.Helper()
		n, _ := w.guesses(token, Attempt{Email: tom, Password: other, From: home})
		return n
	}
	changed := []byte(toms)
	changed[3] ^= 1
	w.guess(tom, home)
	for name, token := range map[string]string{"ada's": adas, "foreign": foreign, "changed": string(changed), "cut": toms[:40], "none": "", "long": toms + toms} {
		if n := guess(token); n != 0 {
			t.Errorf("%s token: %d guesses", name, n)
		}
	}
	if n := guess(toms); n != 10 {
		t.Errorf("a good token: %d guesses at once, want 10", n)
	}
	if w.known(toms, "") != "" || w.known("", toms) != "" {
		t.Error("a device token lets somebody in")
	}
	w.wait(DeviceFor - time.Hour)
	if n := guess(toms) + guess(toms); n != 10 {
		t.Errorf("shortly before its end: %d", n)
	}
	w.wait(time.Hour)
	w.guess(tom, home)
	if n := guess(toms); n != 0 {
		t.Errorf("after its end: %d", n)
	}
	// Another process on the same ledger knows the browsers of this one.
	replica := w.again(Options{})
	if _, ok := replica.knownDevice(WithDevice(t.Context(), w.join("eve@example.org").Device), "eve@example.org", w.clock()); !ok {
		t.Error("another process does not know a browser")
	}
}

// TestS5DevicesShareALimit: who holds tokens of many browsers of a person guesses no
// more than with three, and beyond that as a stranger; the person still gets in.
func TestS5DevicesShareALimit(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	devices := w.browsers(tom)
	round := func() (all int) {
		for i, token := range devices {
			n, _ := w.guesses(token, Attempt{Email: tom, Password: other, From: at(i % 3)})
			all += n
		}
		return all
	}
	if n, most := round(), 30+3*10; n > most || n < 30 {
		t.Errorf("%d guesses at once with %d browsers, at most %d", n, len(devices), most)
	}
	all, start := 0, w.clock()
	for w.clock().Sub(start) < 6*time.Hour {
		all += round()
		w.wait(time.Minute)
	}
	if most := 6 * 60 * (3 + 4); all > most+60 {
		t.Errorf("%d guesses in six hours, at most %d", all, most)
	}
	// In a browser of one's own that guessed nothing, from a network that did not.
	round()
	if _, err := w.SignIn(WithDevice(t.Context(), devices[0]), Attempt{Email: tom, Password: words, From: at(99)}); err != nil {
		t.Errorf("its person, elsewhere: %v", err)
	}
}

// TestS5TheClockGoesBack: one who mistyped before the clock was put back is known by
// their browser soon after, however much strangers guess.
func TestS5TheClockGoesBack(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	known := WithDevice(t.Context(), w.join(tom).Device)
	w.wait(24 * time.Hour)
	if _, err := w.SignIn(known, Attempt{Email: tom, Password: other, From: home}); !errors.Is(err, ErrWrong) {
		t.Fatal(err)
	}
	w.wait(-12 * time.Hour)
	var err error
	for range 3 { // the first finds the limits full
		for i := range 100 {
			w.guess(tom, at(i))
		}
		if _, err = w.SignIn(known, Attempt{Email: tom, Password: words, From: at(200)}); err == nil {
			return
		}
		w.wait(time.Minute)
	}
	t.Error(err)
}

// TestS5DevicesShareALimitOfCodes: nor codes, where the password is known.
func TestS5DevicesShareALimitOfCodes(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	devices := w.browsers(tom)
	w.enrol(tom)
	guesses, start := 0, w.clock()
	for w.clock().Sub(start) < 24*time.Hour {
		for _, token := range devices {
			n, _ := w.guesses(token, Attempt{Email: tom, Password: words, Code: "00000x", From: home})
			guesses += n
		}
		w.wait(10 * time.Minute)
	}
	if most := 20 + 24*60*60/100 + 24*12; guesses > most {
		t.Errorf("%d guesses at codes in a day, at most %d", guesses, most)
	}
}

// TestS5PerAddress: trying many accounts from one network is limited, whether
// they are there or not; other networks are not.
func TestS5PerAddress(t *testing.T) {
	for _, c := range []struct {
		name       string
		at         func(i int) netip.Addr
		elsewhere  string
		sameLimits bool
	}{
		{"IPv4", func(int) netip.Addr { return home }, "192.0.2.8", true},
		{"IPv4 in IPv6", func(i int) netip.Addr {
			if i%2 == 0 {
				return home
			}
			return netip.MustParseAddr("::ffff:192.0.2.7")
		}, "192.0.2.8", true},
		{"IPv6", func(i int) netip.Addr { return netip.MustParseAddr(fmt.Sprintf("2001:db8::%x:1", i)) }, "2001:db8:0:1::1", true},
		{"unknown", func(int) netip.Addr { return netip.Addr{} }, "192.0.2.8", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.setUp()
			var many *TooManyError
			tries := 0
			for i := range 100 {
				_, err := w.SignIn(t.Context(), Attempt{Email: fmt.Sprintf("p%d@example.org", i), Password: words, From: c.at(i)})
				if errors.As(err, &many) {
					break
				}
				tries++
			}
			if tries != 30 {
				t.Errorf("%d guesses at once", tries)
			}
			if _, err := w.SignIn(t.Context(), Attempt{Email: admin, Password: words, From: c.at(7)}); !errors.As(err, &many) {
				t.Errorf("from there: %v", err)
			}
			if _, err := w.SignIn(t.Context(), Attempt{Email: admin, Password: words, From: netip.MustParseAddr(c.elsewhere)}); err != nil {
				t.Errorf("from elsewhere: %v", err)
			}
		})
	}
}

// TestS5RightOnesAreFree: a whole office behind one address signs in.
func TestS5RightOnesAreFree(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	for i := range 100 {
		if _, err := w.signIn(admin, words, ""); err != nil {
			t.Fatalf("sign-in %d: %v", i, err)
		}
	}
}

// TestS5Codes: who knows the password cannot try codes for ever, and the limit
// is not lifted by giving no code in between.
func TestS5Codes(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	secret, _ := w.enrol(admin)
	guesses, start := 0, w.clock()
	var many *TooManyError
	for w.clock().Sub(start) < 24*time.Hour {
		if _, err := w.signIn(admin, words, ""); err != nil && !errors.Is(err, ErrCodeNeeded) && !errors.As(err, &many) {
			t.Fatal(err)
		}
		switch _, err := w.signIn(admin, words, "00000x"); {
		case errors.As(err, &many):
			w.wait(many.Retry)
		case errors.Is(err, ErrWrong):
			guesses++
		default:
			t.Fatal(err)
		}
	}
	if guesses > 300 {
		t.Errorf("%d guesses in a day", guesses)
	}
	w.wait(24 * time.Hour)
	if _, err := w.signIn(admin, words, w.code(secret)); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

// TestS5LogIsBounded: attempts that are refused unseen do not fill the log.
func TestS5LogIsBounded(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	for range 500 {
		if _, err := w.signIn(admin, other, ""); err == nil {
			t.Fatal("a wrong password")
		}
	}
	list, err := w.AccessLog(t.Context(), 0, maxAccess)
	must(t, err)
	failed, limited := 0, 0
	for _, x := range list {
		switch x.What {
		case "sign-in.failed":
			failed++
		case "sign-in.limited":
			limited++
			if x.Person != admin && x.Person != "" || x.From != "192.0.2.7" {
				t.Errorf("%+v", x)
			}
		}
	}
	if failed != 10 || limited != 2 { // of the account, and of the address
		t.Errorf("%d failures and %d limits in the log", failed, limited)
	}
}

// TestThrottle compares with a plain account of what was taken when: in no
// stretch of time more than the burst and what came back meanwhile.
func TestThrottle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		th := newThrottle(time.Minute, 10)
		now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
		var taken []time.Time
		for range rapid.IntRange(1, 80).Draw(t, "tries") {
			now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second)
			retry := th.take("somebody", now)
			if retry < 0 || retry > th.every {
				t.Fatalf("wait %v", retry)
			}
			if retry == 0 {
				taken = append(taken, now)
			}
			for i := range taken {
				d := now.Sub(taken[i])
				if n := int64(len(taken) - i); n > th.burst+int64(d/th.every)+1 {
					t.Fatalf("%d in %v", n, d)
				}
			}
		}
		now = now.Add(time.Duration(th.burst) * th.every)
		for range th.burst {
			if th.take("somebody", now) != 0 {
				t.Fatal("not as good as new after a rest")
			}
		}
	})
}

// TestThrottleClockPutBack: nobody waits longer than one interval for it.
func TestThrottleClockPutBack(t *testing.T) {
	th := newThrottle(time.Minute, 10)
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for range th.burst {
		th.take("somebody", now)
	}
	if retry := th.take("somebody", now.Add(-24*time.Hour)); retry != th.every {
		t.Errorf("wait %v", retry)
	}
}

// TestS5SameForNobody: an address without an account, a disabled one, one that
// is no address and a wrong password get the same words, each after one hash of
// the same work.
func TestS5SameForNobody(t *testing.T) {
	w := newWorld(t)
	w.setUp()
	w.join(tom)
	must(t, w.Disable(t.Context(), admin, tom))
	said := map[string]bool{}
	for _, a := range []Attempt{
		{Email: admin, Password: other},
		{Email: tom, Password: words},
		{Email: "nobody@example.org", Password: words},
		{Email: "no address", Password: words},
		{Email: "", Password: ""},
		{Email: admin, Password: string(make([]byte, 5000))},
	} {
		a.From = home
		before := w.hashes.Load()
		_, err := w.SignIn(t.Context(), a)
		if !errors.Is(err, ErrWrong) {
			t.Errorf("%q: %v", a.Email, err)
			continue
		}
		said[err.Error()] = true
		if n := w.hashes.Load() - before; n != 1 {
			t.Errorf("%q: answered after %d hashes", a.Email, n)
		}
	}
	if len(said) != 1 {
		t.Errorf("different words: %v", said)
	}
}
