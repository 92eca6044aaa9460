package evidence

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

const (
	deepestXML = 100     // levels of nesting in an XML file
	longestTag = 4 << 20 // bytes between < and >
)

// xmlScan walks an XML file token by token. It refuses document type
// declarations, so that no entity can be declared, let alone fetched.
type xmlScan struct {
	data  []byte
	d     *xml.Decoder
	depth int
	err   *Error
	room  *room // what the file may still hold; nil for no limit
}

func newXMLScan(data []byte) *xmlScan {
	d := xml.NewDecoder(&tagLimit{r: bytes.NewReader(data)})
	d.CharsetReader = charset
	return &xmlScan{data: data, d: d}
}

func (x *xmlScan) fail(says string) {
	if x.err == nil {
		x.err = at(x.data, int(x.d.InputOffset()), says)
	}
}

// next is the next token that matters, nil at the end or after an error.
func (x *xmlScan) next() xml.Token {
	for x.err == nil {
		tok, err := x.d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			x.fail(xmlSays(err))
			return nil
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if name := twice(tok.Attr); name != "" {
				x.fail("is not well-formed XML: <" + printable(tok.Name.Local) + "> has the attribute " + strconv.Quote(printable(name)) + " twice")
				return nil
			}
			x.depth++
			if x.room != nil && x.room.over {
				x.fail(tooMuch())
				return nil
			}
			if x.depth > deepestXML {
				x.fail("nested deeper than " + strconv.Itoa(deepestXML) + " elements")
				return nil
			}
		case xml.EndElement:
			x.depth--
		case xml.Directive:
			x.fail("has a document type declaration, which is refused: it could name files to fetch or entities that grow")
			return nil
		case xml.Comment, xml.ProcInst:
			continue
		}
		return tok
	}
	return nil
}

func xmlSays(err error) string {
	if e, ok := errors.AsType[*xml.SyntaxError](err); ok {
		if e.Msg == "unexpected EOF" {
			return "the file ends too early: it is cut short"
		}
		return "is not well-formed XML: " + printable(e.Msg)
	}
	return printable(strings.TrimPrefix(err.Error(), "xml: "))
}

// root is the outermost element.
func (x *xmlScan) root() (xml.StartElement, bool) {
	for {
		switch tok := x.next().(type) {
		case xml.StartElement:
			return tok, true
		case nil:
			x.fail("holds no XML element")
			return xml.StartElement{}, false
		}
	}
}

// children walks the elements of the element whose start was just read, and
// takes its end. What a callback leaves unread is skipped.
func (x *xmlScan) children(each func(el xml.StartElement)) {
	own := x.depth
	for x.err == nil {
		switch tok := x.next().(type) {
		case xml.StartElement:
			each(tok)
			x.close(own + 1)
		case xml.EndElement:
			return
		case nil:
			return
		}
	}
}

// close skips to the end of the element at a depth, if it is open still.
func (x *xmlScan) close(depth int) {
	for x.err == nil && x.depth >= depth {
		if x.next() == nil {
			return
		}
	}
}

// text is the characters of the element whose start was just read, up to its end.
func (x *xmlScan) text() string {
	own := x.depth
	var b strings.Builder
	for x.err == nil && x.depth >= own {
		switch tok := x.next().(type) {
		case xml.CharData:
			if x.depth == own && b.Len() < shareable {
				b.Write(tok)
			}
		case nil:
			return ""
		}
	}
	return strings.TrimSpace(b.String())
}

// end reports an error when something follows the outermost element.
func (x *xmlScan) end() {
	for x.err == nil {
		switch tok := x.next().(type) {
		case nil:
			return
		case xml.CharData:
			if len(bytes.TrimSpace(tok)) > 0 {
				x.fail("something follows the end of the XML")
			}
		default:
			x.fail("something follows the end of the XML")
		}
	}
}

// fewAttrs is how many attributes are compared each with each; tags with more are rare.
const fewAttrs = 16

// twice is the name of an attribute that stands there more than once, "" for none. The
// decoder gives both, and which one another reader believes is anybody's guess.
func twice(list []xml.Attr) string {
	if len(list) > fewAttrs {
		seen := make(map[xml.Name]bool, len(list))
		for _, a := range list {
			if seen[a.Name] {
				return a.Name.Local
			}
			seen[a.Name] = true
		}
		return ""
	}
	for i := range list {
		for j := range i {
			if list[i].Name == list[j].Name {
				return list[i].Name.Local
			}
		}
	}
	return ""
}

// attr is an attribute by its local name, "" when it is not there.
func attr(el xml.StartElement, name string) string {
	for _, a := range el.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// tagLimit hands on bytes and stops a tag that is too long: the decoder would
// hold all its attributes at once.
type tagLimit struct {
	r   *bytes.Reader
	tag int // bytes since the last <, 0 outside
}

func (t *tagLimit) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := t.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

// ReadByte is what the decoder calls.
func (t *tagLimit) ReadByte() (byte, error) {
	b, err := t.r.ReadByte()
	if err != nil {
		return 0, err
	}
	switch {
	case b == '<':
		t.tag = 1
	case b == '>':
		t.tag = 0
	case t.tag > 0:
		t.tag++
		if t.tag > longestTag {
			return 0, errors.New("a tag is longer than 4 MB")
		}
	}
	return b, nil
}

// charset reads the encodings that single-byte reports come in; windows-1252
// is read as ISO 8859-1, which differs in punctuation alone.
func charset(label string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "us-ascii", "ascii":
		return in, nil
	case "iso-8859-1", "latin1", "iso-8859-15", "windows-1252":
		return &latin1{in: in}, nil
	default:
		return nil, errors.New("the encoding " + strconv.Quote(printable(label)) + " is not read; use UTF-8")
	}
}

// latin1 turns ISO 8859-1 into UTF-8.
type latin1 struct {
	in   io.Reader
	rest []byte
}

func (l *latin1) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(l.rest) == 0 {
		var one [1]byte
		if _, err := io.ReadFull(l.in, one[:]); err != nil {
			return 0, err
		}
		l.rest = []byte(string(rune(one[0])))
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}
