package outgoing

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"strings"
	"time"
	"unicode"
)

// Mailer sends mail by one server, over TLS alone: from the start at port 465,
// else by STARTTLS before anything else is said.
type Mailer struct {
	Server   string // host and port
	User     string // "" for no sign-in
	Password string
	From     string // address mail comes from
	Guard    Guard  // whoever runs the server names the mail server, wherever that is
	Now      func() time.Time
	TLS      *tls.Config // nil for the usual one
}

// Letter is one mail, as plain text.
type Letter struct {
	To      string // one address
	Subject string
	Text    string
	ID      string // the same each time it is sent, letters and digits
}

// maxMailing is how long sending one mail may take.
const maxMailing = 30 * time.Second

// Send sends a letter.
func (m Mailer) Send(ctx context.Context, l Letter) error {
	from, err := mail.ParseAddress(m.From)
	if err != nil {
		return fmt.Errorf("mail: the sender %q: %w", m.From, err)
	}
	to, err := oneAddress(l.To)
	if err != nil {
		return err
	}
	text, err := m.compose(from, to, l)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, maxMailing)
	defer cancel()
	c, err := m.dial(ctx)
	if err != nil {
		return &FailedError{Err: err}
	}
	defer c.Close()
	if err := m.hand(c, from.Address, to.Address, text); err != nil {
		return &FailedError{Err: err}
	}
	return nil
}

// oneAddress reads an address that is nothing but an address.
func oneAddress(text string) (*mail.Address, error) {
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || strings.ContainsFunc(text, hidden) {
		return nil, fmt.Errorf("mail: %q is no address", text)
	}
	return &mail.Address{Address: a.Address}, nil
}

// hidden are characters that show nothing, or change how others are shown.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// compose writes a mail. Nothing of what it is given can begin a line of the
// header: control characters are taken out and the rest is encoded.
func (m Mailer) compose(from, to *mail.Address, l Letter) ([]byte, error) {
	_, domain, _ := strings.Cut(from.Address, "@")
	id := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '.') {
			return r
		}
		return -1
	}, l.ID)
	if id == "" || len(id) > 200 { // a line of a header has 998 characters at most
		id = rand.Text()
	}
	var b bytes.Buffer
	for _, h := range [][2]string{
		{"From", from.String()},
		{"To", to.String()},
		{"Subject", mime.QEncoding.Encode("utf-8", oneLine(l.Subject))},
		{"Date", m.Now().Format(time.RFC1123Z)},
		{"Message-ID", "<" + id + "@" + domain + ">"},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
		{"Auto-Submitted", "auto-generated"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	// The writer forgets a line end that follows a carriage return and a character
	// it encodes, so the one kind of line end it is given has no carriage return.
	_, err := lineEnds.WriteString(w, l.Text)
	err = errors.Join(err, w.Close()) // which writes the last line
	return b.Bytes(), err
}

// lineEnds makes each line of a text end with a line feed.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// oneLine is a text without control and direction characters, in one line, of a
// length that a subject may have.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if hidden(r) {
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	s = strings.ReplaceAll(s, "=?", "= ?") // what readers of mail take for encoded words (RFC 2047)
	if r := []rune(s); len(r) > 150 {
		s = string(r[:149]) + "…"
	}
	return s
}

func (m Mailer) dial(ctx context.Context) (*smtp.Client, error) {
	host, port, err := net.SplitHostPort(m.Server)
	if err != nil {
		return nil, err
	}
	conn, err := m.Guard.Dialer(maxDialling, nil).DialContext(ctx, "tcp", m.Server)
	if err != nil {
		return nil, err
	}
	if end, ok := ctx.Deadline(); ok {
		err = conn.SetDeadline(end)
	}
	config := &tls.Config{}
	if m.TLS != nil {
		config = m.TLS.Clone()
	}
	config.ServerName, config.MinVersion = host, tls.VersionTLS12
	if port == "465" {
		conn = tls.Client(conn, config)
	}
	var c *smtp.Client
	if err == nil {
		c, err = smtp.NewClient(conn, host)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if port != "465" {
		if err := c.StartTLS(config); err != nil {
			return nil, errors.Join(fmt.Errorf("no TLS with the mail server: %w", err), c.Close())
		}
	}
	if m.User != "" {
		if err := c.Auth(smtp.PlainAuth("", m.User, m.Password, host)); err != nil {
			return nil, errors.Join(errors.New("the mail server refused the sign-in"), c.Close()) // its words may hold secrets
		}
	}
	return c, nil
}

func (m Mailer) hand(c *smtp.Client, from, to string, text []byte) error {
	if err := c.Mail(from); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = c.Quit() // the letter was taken, however the server takes its leave
	return nil
}
