package serving

import (
	"crypto/tls"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/parleysec/parley"
)

// certificate is a pair of files, read again when one of them changed: who
// renews a certificate needs no restart.
type certificate struct {
	cert, key string
	log       *slog.Logger

	mu   sync.Mutex
	have *tls.Certificate
	seen [2]stamp
}

// stamp is what of a file tells that it changed.
type stamp struct {
	at   time.Time
	size int64
}

func newCertificate(cert, key string, log *slog.Logger) (*certificate, error) {
	c := &certificate{cert: cert, key: key, log: log}
	if err := c.read(c.stamps()); err != nil {
		return nil, &parley.Error{Op: "read the certificate", Kind: parley.Invalid, Err: err}
	}
	return c, nil
}

func (c *certificate) stamps() (out [2]stamp) {
	for i, name := range []string{c.cert, c.key} {
		if info, err := os.Stat(name); err == nil {
			out[i] = stamp{info.ModTime(), info.Size()}
		}
	}
	return out
}

func (c *certificate) read(now [2]stamp) error {
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	c.seen = now
	if err != nil {
		return err
	}
	c.have = &pair
	return nil
}

// get is the certificate for a connection. Files that cannot be read, or do
// not fit each other, leave the one before in use.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.stamps(); now != c.seen {
		if err := c.read(now); err != nil {
			c.log.Error("certificate not read anew; the one before stays", "error", err)
		} else {
			c.log.Info("certificate read anew")
		}
	}
	return c.have, nil
}
