package outgoing

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	nativesmtp "net/smtp"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/outgoing/mailtest"
)

// office runs a mail server of another maker, and gives a mailer that knows it.
func office(t *testing.T, secure bool) (*mailtest.Office, Mailer) {
	t.Helper()
	p := mailtest.Open(t, secure)
	return p, Mailer{
		Server: p.Addr, User: mailtest.User, Password: mailtest.Password, From: "Parley <parley@example.org>",
		Guard: here, Now: time.Now, TLS: &tls.Config{RootCAs: p.Roots, MinVersion: tls.VersionTLS12},
	}
}

func TestMailArrives(t *testing.T) {
	p, m := office(t, true)
	text := "Ünïcode, and a line that is longer than any line of a mail may be: " + strings.Repeat("x", 2000) + "\n.\n..two dots\n"
	if err := m.Send(t.Context(), Letter{To: "helen@example.org", Subject: "Für Sie: SHOP-D7", Text: text, ID: "asked-7"}); err != nil {
		t.Fatal(err)
	}
	if len(p.Mails) != 1 || len(p.To) != 1 || p.To[0] != "helen@example.org" {
		t.Fatalf("%d mails to %v", len(p.Mails), p.To)
	}
	got, err := mail.ReadMessage(strings.NewReader(p.Mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
	body, err2 := io.ReadAll(quotedprintable.NewReader(got.Body))
	if errors.Join(err, err2) != nil || subject != "Für Sie: SHOP-D7" || string(bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))) != text {
		t.Errorf("%q\n%s", subject, body)
	}
	if id := got.Header.Get("Message-Id"); id != "<asked-7@example.org>" {
		t.Errorf("id %s", id)
	}
}

// Nothing that somebody typed begins a header, another recipient or another
// mail.
func TestC3HeadersOfMail(t *testing.T) {
	p, m := office(t, true)
	for _, hostile := range []string{
		"x\r\nBcc: eve@example.org", "x\nBcc: eve@example.org\n\nbody", "x\rBcc: eve@example.org", "x\u2028Bcc: eve", "x\u0085Bcc: eve", "\r\n.\r\nMAIL FROM:<eve@example.org>",
		"=?utf-8?q?x=0D=0ABcc:_eve?=", strings.Repeat("long ", 500), "\u202eBcc", "\x00\x1b[31m",
	} {
		p.Mails, p.To = nil, nil
		if err := m.Send(t.Context(), Letter{To: "helen@example.org", Subject: hostile, Text: hostile, ID: hostile}); err != nil {
			t.Fatalf("%.20q: %v", hostile, err)
		}
		if len(p.Mails) != 1 || len(p.To) != 1 {
			t.Fatalf("%.20q: %d mails to %v", hostile, len(p.Mails), p.To)
		}
		got, err := mail.ReadMessage(strings.NewReader(p.Mails[0]))
		if err != nil {
			t.Fatal(err)
		}
		if got.Header.Get("Bcc") != "" || len(got.Header) != 9 {
			t.Errorf("%.20q becomes the header %v", hostile, got.Header)
		}
		if subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject")); err != nil || strings.ContainsFunc(subject, hidden) {
			t.Errorf("%.20q becomes the subject %q (%v)", hostile, subject, err)
		}
		head, _, _ := strings.Cut(p.Mails[0], "\r\n\r\n")
		for line := range strings.SplitSeq(head, "\r\n") {
			if strings.ContainsAny(line, "\r\n\x00\x1b") || len(line) > 998 {
				t.Errorf("%.20q: a line of the header is %q", hostile, line)
			}
		}
		p.Mails, p.To = nil, nil
		if err := m.Send(t.Context(), Letter{To: "helen@example.org" + hostile, Subject: "x"}); err == nil || len(p.To) > 0 {
			t.Errorf("%.20q as part of an address: %v", hostile, err)
		}
	}
	for _, to := range []string{"", "helen", "helen@example.org, eve@example.org", "Helen <helen@example.org>", "<helen@example.org>", "helen@example.org>\r\nRCPT TO:<eve@example.org"} {
		if err := m.Send(t.Context(), Letter{To: to, Subject: "x"}); err == nil {
			t.Errorf("%q is taken for an address", to)
		}
	}
}

// Neither a password nor a mail goes to a server without TLS, or with a
// certificate that nobody vouches for.
func TestMailNeedsTLS(t *testing.T) {
	p, m := office(t, false)
	if err := m.Send(t.Context(), Letter{To: "helen@example.org", Subject: "x"}); err == nil || len(p.Mails) > 0 {
		t.Errorf("without TLS: %v", err)
	}
	p, m = office(t, true)
	m.TLS = nil
	if err := m.Send(t.Context(), Letter{To: "helen@example.org", Subject: "x"}); err == nil || len(p.Mails) > 0 {
		t.Errorf("with an unknown certificate: %v", err)
	}
	p, m = office(t, true)
	m.Password = "wrong"
	if err := m.Send(t.Context(), Letter{To: "helen@example.org", Subject: "x"}); err == nil || len(p.Mails) > 0 || strings.Contains(errors.Unwrap(err).Error(), "wrong") {
		t.Errorf("with a wrong password: %v", err)
	}
}

// A letter that the server took was sent, though the server hangs up without a
// good-bye: else it would be sent again.
func TestMailTakenIsSent(t *testing.T) {
	near, far := net.Pipe()
	defer near.Close()
	go func() {
		defer far.Close()
		lines := bufio.NewScanner(far)
		for answer := "220 post"; ; { // then EHLO, MAIL, RCPT and DATA with its end
			if _, err := io.WriteString(far, answer+"\r\n"); err != nil || !lines.Scan() {
				return
			}
			answer = "250 yes"
			switch lines.Text() {
			case "DATA":
				if _, err := io.WriteString(far, "354 go on\r\n"); err != nil {
					return
				}
				for lines.Scan() && lines.Text() != "." {
					continue
				}
			case "QUIT":
				return
			}
		}
	}()
	c, err := nativesmtp.NewClient(near, "post")
	if err != nil {
		t.Fatal(err)
	}
	if err := (Mailer{}).hand(c, "parley@example.org", "helen@example.org", []byte("Subject: x\r\n\r\ny\r\n")); err != nil {
		t.Errorf("it was taken, and yet: %v", err)
	}
}
