package api

import (
	"context"
	"net/http"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// reportBody is the largest body of a request with reports of checks, in bytes.
const reportBody = maxBody

// MostReports is how many bytes of reports fit into one request that holds them
// all: they stand in base64 there, with what is said about them beside.
const MostReports = reportBody*3/4 - 64<<10

// Upload is a file that may be no text.
type Upload struct {
	Name string `json:"name" maxLength:"200" doc:"Name of the file, for messages"`
	Text string `json:"text,omitempty" doc:"Its content, where it is text"`
	Data []byte `json:"data,omitempty" doc:"Its content in base64, where it is not"`
}

// Reports are what checks left behind, and what the uploader says where the
// files do not.
type Reports struct {
	Files  []Upload `json:"files" minItems:"1" maxItems:"100"`
	Keys   []File   `json:"keys,omitempty" maxItems:"20" doc:"Public keys in PEM whose signatures count"`
	Commit string   `json:"commit,omitempty" maxLength:"100"`
	Branch string   `json:"branch,omitempty" maxLength:"200"`
	At     string   `json:"at,omitempty" maxLength:"40" doc:"RFC 3339, or a date"`
}

func (r Reports) request() (negotiate.ReadEvidenceRequest, error) {
	out := negotiate.ReadEvidenceRequest{Commit: r.Commit, Branch: r.Branch, At: r.At}
	for _, f := range r.Files {
		data := f.Data
		if f.Text != "" && data != nil {
			return out, refuse(http.StatusUnprocessableEntity, parley.Invalid, "api.error.upload", "name", f.Name)
		}
		if data == nil {
			data = []byte(f.Text)
		}
		out.Files = append(out.Files, evidence.Input{Name: f.Name, Data: data})
	}
	for _, k := range r.Keys {
		out.Keys = append(out.Keys, evidence.Input{Name: k.Name, Data: []byte(k.Text)})
	}
	return out, nil
}

// Bringing are reports for a product.
type Bringing struct {
	Reports
	By    string `json:"by,omitempty" maxLength:"320" doc:"At the machine of the ledger alone: in whose name, which is a claim"`
	Check string `json:"check,omitempty" maxLength:"200" doc:"Id of the check the files are for; every check that names their tool without it"`
}

// TakingBack names a pass about which something wrong was said when it was brought.
type TakingBack struct {
	Event   string `json:"event,omitempty" maxLength:"200" doc:"Id of the event that recorded the file: it tells two apart that ran in one second. All that is said must fit"`
	Digest  string `json:"digest,omitempty" maxLength:"200" doc:"SHA-256 of the file in hex; the first 8 digits are enough. It may be left out where the event is named"`
	Check   string `json:"check,omitempty" maxLength:"200" doc:"Id of the check, where the file speaks of several"`
	At      string `json:"at,omitempty" maxLength:"40" doc:"When it ran, RFC 3339, where the file was brought several times"`
	Because string `json:"because" maxLength:"2000" doc:"The reason"`
	By      string `json:"by,omitempty" maxLength:"320" doc:"At the machine of the ledger alone: in whose name, which is a claim"`
}

// Correcting says what of an incident was wrong; what is left out stays as it is.
type Correcting struct {
	Withdraw bool     `json:"withdraw,omitempty" doc:"It did not happen: it counts no more"`
	Because  string   `json:"because" maxLength:"10000" doc:"The reason"`
	At       string   `json:"at,omitempty" maxLength:"10" doc:"A date"`
	Title    string   `json:"title,omitempty" maxLength:"500" doc:"What happened"`
	Losses   []string `json:"losses,omitempty" maxItems:"20" doc:"In place of all that was said about its cost"`
	NearMiss *bool    `json:"near_miss,omitempty" doc:"Whether a layer stopped it"`
	Stopped  []string `json:"stopped_by,omitempty" maxItems:"100" doc:"Layers that stopped it"`
	Passed   []string `json:"passed,omitempty" maxItems:"100" doc:"Layers it got past"`
	By       string   `json:"by,omitempty" maxLength:"320" doc:"At the machine of the ledger alone: in whose name, which is a claim"`
}

// Happening is a loss event or near miss.
type Happening struct {
	Threat   string   `json:"threat" maxLength:"200"`
	At       string   `json:"at,omitempty" maxLength:"10" doc:"Date; today without it"`
	Title    string   `json:"title,omitempty" maxLength:"1000" doc:"What happened"`
	Losses   []string `json:"losses,omitempty" maxItems:"20" doc:"What it cost: 120k in all, or by kind: financial=80k"`
	NearMiss bool     `json:"near_miss,omitempty"`
	Stopped  []string `json:"stopped_by,omitempty" maxItems:"100" doc:"Layers that stopped it"`
	Passed   []string `json:"passed,omitempty" maxItems:"100" doc:"Layers it got past"`
	By       string   `json:"by,omitempty" maxLength:"320" doc:"At the machine of the ledger alone: in whose name, which is a claim"`
}

// IncidentOptions are whose incidents are wanted.
type IncidentOptions struct {
	AsOf
	Threats string `query:"threats" json:"threats,omitempty" maxLength:"4000" doc:"Ids of threats, with commas between"`
	Since   string `query:"since" json:"since,omitempty" maxLength:"10" doc:"Date the estimates of a file were stated"`
}

func (a *api) incidents(ctx context.Context, who negotiate.Actor, src negotiate.Source, o IncidentOptions) (*negotiate.IncidentsResult, error) {
	return a.service.Incidents(ctx, who, negotiate.IncidentsRequest{Source: src, Threats: parts(o.Threats), Since: o.Since, AsOf: o.AsOf.AsOf})
}

// Saying is something to say about a threat or a decision.
type Saying struct {
	About      string `json:"about" maxLength:"200" doc:"A threat or a decision"`
	Kind       string `json:"kind" enum:"comment,question,challenge,estimate"`
	Text       string `json:"text,omitempty" maxLength:"20000" doc:"Markdown; @name asks somebody who has to do with the product"`
	Likelihood string `json:"likelihood,omitempty" maxLength:"200" doc:"Of a counter-estimate"`
	Impact     string `json:"impact,omitempty" maxLength:"200" doc:"Of a counter-estimate"`
	By         string `json:"by,omitempty" maxLength:"320" doc:"At the machine of the ledger alone: in whose name, which is a claim"`
}

func (a *api) evidenceRoutes() {
	read := operation{id: "read-evidence", method: http.MethodPost, path: "/files/evidence", useCase: "ReadEvidence", heavy: true, body: reportBody}
	handle(a, read, func(ctx context.Context, who negotiate.Actor, in *body[Reports]) (*evidence.Files, error) {
		req, err := in.Body.request()
		if err != nil {
			return nil, err
		}
		r, err := a.service.ReadEvidence(ctx, who, req)
		if err != nil {
			return nil, err
		}
		return &r.Files, nil
	})
	add := operation{id: "add-evidence", method: http.MethodPost, path: "/products/{product}/evidence", useCase: "AddEvidence", heavy: true, body: reportBody, status: http.StatusCreated}
	handle(a, add, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Body Bringing
	},
	) (*negotiate.AddEvidenceResult, error) {
		req, err := in.Body.request()
		if err != nil {
			return nil, err
		}
		return a.service.AddEvidence(ctx, who, negotiate.AddEvidenceRequest{ReadEvidenceRequest: req, Product: in.Product, Check: in.Body.Check, By: in.Body.By})
	})
	a.uploadRoute()
	back := operation{id: "take-back-evidence", method: http.MethodPost, path: "/products/{product}/evidence/take-back", useCase: "TakeBackEvidence", heavy: true}
	handle(a, back, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Body TakingBack
	},
	) (*negotiate.TakeBackEvidenceResult, error) {
		b := in.Body
		return a.service.TakeBackEvidence(ctx, who, negotiate.TakeBackEvidenceRequest{Product: in.Product, Event: b.Event, Digest: b.Digest, Check: b.Check, At: b.At, Because: b.Because, By: b.By})
	})
	line := operation{id: "evidence-timeline", method: http.MethodGet, path: "/products/{product}/evidence/timeline", useCase: "Timeline", heavy: true}
	handle(a, line, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		AsOf
		About string `query:"about" maxLength:"200" doc:"Id of a layer, or of a check of one; all layers with checks without it"`
	},
	) (*negotiate.TimelineResult, error) {
		return a.service.Timeline(ctx, who, negotiate.TimelineRequest{Product: in.Product, About: in.About, AsOf: in.AsOf.AsOf})
	})
	a.findingRoutes()
	handle(a, ofProduct("incidents", "Incidents"), func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		IncidentOptions
	},
	) (*negotiate.IncidentsResult, error) {
		return a.incidents(ctx, who, in.source(), in.IncidentOptions)
	})
	handle(a, ofFile("incidents", "Incidents"), func(ctx context.Context, who negotiate.Actor, in *body[struct {
		Filed
		IncidentOptions
	}],
	) (*negotiate.IncidentsResult, error) {
		return a.incidents(ctx, who, in.Body.source(), in.Body.IncidentOptions)
	})
	happened := operation{id: "add-incident", method: http.MethodPost, path: "/products/{product}/incidents", useCase: "AddIncident", heavy: true, status: http.StatusCreated}
	handle(a, happened, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Body Happening
	},
	) (*negotiate.AddIncidentResult, error) {
		b := in.Body
		return a.service.AddIncident(ctx, who, negotiate.AddIncidentRequest{
			Product: in.Product, Threat: b.Threat, At: b.At, Title: b.Title, Losses: b.Losses, NearMiss: b.NearMiss, Stopped: b.Stopped, Passed: b.Passed, By: b.By,
		})
	})
	corrected := operation{id: "correct-incident", method: http.MethodPost, path: "/products/{product}/incidents/{incident}/correction", useCase: "CorrectIncident", looks: "/products/{product}/incidents", heavy: true}
	handle(a, corrected, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Incident string `path:"incident" maxLength:"200" doc:"Id of the incident: SHOP-I1"`
		Body     Correcting
	},
	) (*negotiate.CorrectIncidentResult, error) {
		b := in.Body
		return a.service.CorrectIncident(ctx, who, negotiate.CorrectIncidentRequest{
			Product: in.Product, Incident: in.Incident, Withdraw: b.Withdraw, Because: b.Because, At: b.At, Title: b.Title, Losses: b.Losses, NearMiss: b.NearMiss, Stopped: b.Stopped, Passed: b.Passed, By: b.By,
		})
	})
	note := operation{id: "add-note", method: http.MethodPost, path: "/products/{product}/notes", useCase: "AddNote", status: http.StatusCreated}
	handle(a, note, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Body Saying
	},
	) (*negotiate.NotesResult, error) {
		b := in.Body
		return a.service.AddNote(ctx, who, negotiate.NoteRequest{
			Product: in.Product, About: b.About, Kind: ledger.NoteKind(b.Kind), Text: b.Text, Likelihood: b.Likelihood, Impact: b.Impact, By: b.By,
		})
	})
}
