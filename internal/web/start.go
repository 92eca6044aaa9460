package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
)

const startPath = "/start"

// What the first page takes, in bytes where nothing else is said.
const (
	maxModel = 8 << 20 // files of threat models, as they are sent
	maxDraft = 1 << 20 // the negotiation file made of them, which is sent back
	maxFrom  = 200     // the names of the files, in characters, as the API takes them
)

// beginning is every address of the first run: naming a product and bringing
// its threats. What is drafted stands in the page alone until it is accepted.
var beginning = []route{
	{method: "GET", pattern: startPath, action: "Status", handle: (*server).start},
	{method: "POST", pattern: startPath, action: "Apply", handle: (*server).startSent, room: maxModel},
	{method: "POST", pattern: startPath + "/accept", action: "Apply", handle: (*server).startAccepted, room: 4 * maxDraft}, // a form may take three bytes for one
}

// StartView is the page on which a product begins.
type StartView struct {
	Frame
	Heading  string
	Lead     []string
	Refused  string // who may begin a product, for who may not
	Name     string // of the product, as typed
	Currency string
	List     string
	Problem  *Problem
	Draft    *DraftView
	Example  bool // whether the example can be walked through
	HowTo    []string
}

// DraftView is what would be recorded: nothing is yet.
type DraftView struct {
	Product string
	There   *Link  // to the product of that id that is there already; nil for none
	From    string // the names of the files
	File    string // the negotiation file
	Valid   bool
	Wrong   []string // what stands in the way
	Parts   []DraftPart
	Threats []DraftThreat
	More    []DraftThreat // the rest, opened on demand
	MoreSay string
}

// DraftPart is one thing the report says: what was taken, assumed or left, and
// what to ask.
type DraftPart struct {
	ID, Heading string
	Lines       []string
	Open        bool
}

// DraftThreat is a threat as it would be recorded.
type DraftThreat struct{ Title, Chance, Loss, People string }

// startSent is what somebody filled in.
type startSent struct {
	name, currency, list string
	files                []sentFile
	file, from           string // what is accepted, and the names of what it was made of
	back                 bool   // whether the draft is left for the form it was made of
}

// refill puts what was typed back into the form.
func (v *StartView) refill(in startSent) {
	v.Name, v.Currency, v.List = in.name, in.currency, in.list
}

// sentFile is a file somebody sent.
type sentFile struct {
	name string
	data []byte
}

func (s *server) start(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.start(r.Context())
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, "start", v)
}

// startSent reads a list or files and shows what would be recorded.
func (s *server) startSent(w http.ResponseWriter, r *http.Request) error {
	in, err := readStart(r)
	if err == nil && in.back {
		return s.startBack(w, r, in)
	}
	if err != nil {
		return s.startAgain(w, r, in, err)
	}
	v, err := s.desk.draft(r.Context(), in)
	if err != nil {
		return s.startAgain(w, r, in, err)
	}
	return s.showDraft(w, v)
}

// startBack shows the first form again with what was typed into it.
func (s *server) startBack(w http.ResponseWriter, r *http.Request, in startSent) error {
	v, err := s.desk.start(r.Context())
	if err != nil {
		return err
	}
	v.refill(in)
	return s.show(w, http.StatusOK, "start", v)
}

func (s *server) showDraft(w http.ResponseWriter, v *StartView) error {
	return s.showAsked(w, !v.Draft.Valid, "start", v)
}

// startAgain shows the page with what was typed and why it was not taken. A file
// has to be chosen once more: no browser fills that in.
func (s *server) startAgain(w http.ResponseWriter, r *http.Request, in startSent, why error) error {
	if !refusable(why) {
		return why
	}
	v, err := s.desk.start(r.Context())
	if err != nil {
		return err
	}
	v.refill(in)
	v.Problem = problemOf(why)
	for _, f := range in.files { // the name of a file is no start of a sentence
		if n := len(f.name); len(v.Problem.Says) > n && strings.EqualFold(v.Problem.Says[:n], f.name) {
			v.Problem.Says = f.name + v.Problem.Says[n:]
		}
	}
	if v.Problem.Hint == "" && len(in.files) > 0 {
		v.Problem.Hint = catalogue.T("web.start.reads")
	}
	status := formStatus(w, why)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](why); tooLarge {
		status = http.StatusRequestEntityTooLarge
	}
	return s.show(w, status, "start", v)
}

// startAccepted records what was shown, all of it or nothing.
func (s *server) startAccepted(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "file", "from", "name", "currency", "list")
	if err != nil {
		return s.startAgain(w, r, startSent{}, err)
	}
	in := startSent{
		file: form.Get("file"), from: shortened(typed(form, "from"), maxFrom),
		name: typed(form, "name"), currency: typed(form, "currency"), list: form.Get("list"),
	}
	product, err := s.desk.begin(r.Context(), in)
	if err == nil {
		if s.trialSecret(r) != "" { // the product is none of the example's
			s.dropTrial(r)
			http.SetCookie(w, s.newCookie(r, afterTrial, ""))
		}
		http.Redirect(w, r, "/?"+url.Values{"product": {product}, "begun": {product}}.Encode(), http.StatusSeeOther)
		return nil
	}
	if !refusable(err) || parley.KindOfError(err) == parley.Forbidden {
		return err
	}
	v, again := s.desk.redraft(r.Context(), in)
	if again != nil {
		return again
	}
	if v.Draft.Valid {
		v.Problem = problemOf(err)
	}
	return s.show(w, formStatus(w, err), "start", v)
}

// readStart is the form that was sent, with the files in it, which are held in
// memory: the request is no larger than [maxModel].
func readStart(r *http.Request) (startSent, error) {
	var in startSent
	err := r.ParseMultipartForm(maxModel)
	if errors.Is(err, http.ErrNotMultipart) {
		err = r.ParseForm()
	}
	if err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			return in, &parley.Error{Kind: parley.Invalid, Err: errors.Join(errors.New(catalogue.T("web.start.large", "mb", maxModel>>20)), err)}
		}
		return in, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.unreadable"))
	}
	// A browser in which no file was chosen sends a file without a name, which
	// stands among the fields.
	in.name, in.currency, in.list = typed(r.PostForm, "name"), typed(r.PostForm, "currency"), r.PostForm.Get("list")
	in.back = r.PostForm.Get("back") != ""
	if err := onlyFields(r.PostForm, "name", "currency", "list", "model", "back", "file", "from"); err != nil {
		return in, err
	}
	if r.MultipartForm == nil {
		return in, nil
	}
	for field, files := range r.MultipartForm.File {
		if field != "model" {
			return in, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.unknown_field", "name", field))
		}
		for _, f := range files {
			if f.Filename == "" || f.Size == 0 && len(files) == 1 && in.list != "" {
				continue // nothing was chosen
			}
			data, err := contentOf(f)
			if err != nil {
				return in, err
			}
			in.files = append(in.files, sentFile{f.Filename, data})
		}
	}
	return in, nil
}

func contentOf(h *multipart.FileHeader) ([]byte, error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(f)
	return data, errors.Join(err, f.Close())
}
