package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
)

const accessPath = "/access"

// accessShown is how many entries a page of the log of sign-ins holds.
const accessShown = 200

// AccessView is the log of sign-ins, tokens and links.
type AccessView struct {
	Frame
	Heading string
	Lead    []string
	Rows    []AccessRow
	Older   string // address of the entries before these, "" for none
}

// AccessRow is one entry.
type AccessRow struct {
	When                          Moment
	What, Person, By, From, About string
}

// mayReadAccess refuses who may not read the log of sign-ins: it is for who keeps
// an eye on the record, and for who manages accounts.
func mayReadAccess(ctx context.Context, d desk) error {
	err := d.may(ctx, "Checkpoint", "")
	if err != nil && d.may(ctx, "SetMember", "") == nil {
		return nil
	}
	return err
}

func (s *server) access(w http.ResponseWriter, r *http.Request) error {
	if err := mayReadAccess(r.Context(), s.desk); err != nil {
		return err
	}
	before := int64(0)
	if text := r.URL.Query().Get("before"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.access.no_entry"))
		}
		before = n
	}
	log, err := s.opt.Accounts.AccessLog(r.Context(), before, accessShown)
	if err != nil {
		return err
	}
	v := &AccessView{Frame: s.desk.frame(r.Context(), catalogue.T("web.access.title")), Heading: catalogue.T("web.access.title"), Lead: []string{catalogue.T("web.access.lead")}}
	for _, x := range log {
		row := AccessRow{When: momentOf(x.At), What: x.What, Person: x.Person, By: x.By, From: x.From, About: x.About}
		if key := "web.access.what." + x.What; catalogue.Has(key) {
			row.What = catalogue.T(key)
		}
		v.Rows = append(v.Rows, row)
	}
	if len(log) == accessShown {
		v.Older = accessPath + "?before=" + strconv.FormatInt(log[len(log)-1].ID, 10)
	}
	return s.show(w, http.StatusOK, "access", v)
}
