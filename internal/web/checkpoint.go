package web

import (
	"errors"
	"net/http"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
)

// checkedPath is where a checkpoint is sent that was kept elsewhere: it may be a
// file, and does not belong into an address.
const checkedPath = "/record/checkpoint"

// recordChecked checks the record against a checkpoint that was typed, or sent as a
// file, and shows the record with what came of it.
func (s *server) recordChecked(w http.ResponseWriter, r *http.Request) error {
	checkpoint, err := readCheckpoint(r)
	if err != nil {
		return err
	}
	v, err := s.desk.record(r.Context(), r.PostForm.Get("product"), recordAsk{before: -1, checkpoint: checkpoint})
	if err != nil {
		return err
	}
	return s.showRecord(w, v)
}

// showRecord says on top that a checkpoint fits, where one was brought and does.
func (s *server) showRecord(w http.ResponseWriter, v *RecordView) error {
	wrong := v.VerifyProblem != "" || v.FilterProblem != ""
	if !wrong && v.Checkpoint != "" && v.LeadKind == "" {
		v.Notice = catalogue.T("web.verify.fits")
	}
	return s.showAsked(w, wrong, "record", v)
}

// readCheckpoint is the file that was sent, or else what was typed; "" for neither.
func readCheckpoint(r *http.Request) (string, error) {
	err := r.ParseMultipartForm(maxBody)
	if errors.Is(err, http.ErrNotMultipart) {
		err = r.ParseForm()
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return "", parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.error.large.says"))
	}
	if err != nil {
		return "", parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.unreadable"))
	}
	// A browser in which no file was chosen sends a file without a name, which
	// stands among the fields.
	if err := onlyFields(r.PostForm, "product", "checkpoint", "file"); err != nil {
		return "", err
	}
	if r.MultipartForm != nil {
		for field, files := range r.MultipartForm.File {
			if field != "file" || len(files) != 1 {
				return "", parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.unknown_field", "name", field))
			}
			if files[0].Filename == "" {
				continue
			}
			data, err := contentOf(files[0])
			if err != nil || len(data) > 0 {
				return string(data), err
			}
		}
	}
	return r.PostForm.Get("checkpoint"), nil
}
