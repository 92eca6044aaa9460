package gate

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/url"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

// Formats are the forms an answer can be written in besides text and JSON.
func Formats() []string { return []string{"markdown", "junit", "sarif"} }

// The JUnit form: one case a rule, skipped where it does not apply yet.
type (
	junitSuite struct {
		XMLName  xml.Name    `xml:"testsuite"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Failure *junitFailure `xml:"failure,omitempty"`
		Skipped *junitSkipped `xml:"skipped,omitempty"`
		Out     string        `xml:"system-out,omitempty"` // what decisions in force let pass
	}
	junitSkipped struct {
		Message string `xml:"message,attr"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes an answer as JUnit XML. A gate that only advises has no failures
// there, since a pipeline that reads the file would stop: what fails is skipped,
// with the reasons.
func (a *Answer) JUnit(w io.Writer, product string) error {
	s := junitSuite{Name: "parley gate " + plain.Clean(product), Tests: len(a.Results)}
	for _, r := range a.Results {
		c := junitCase{Class: "parley.gate", Name: plain.Clean(r.Rule + ": " + r.Says)}
		switch {
		case r.Unknown:
			c.Skipped = &junitSkipped{catalogue.T("gate.junit.unknown")}
		case r.Skipped:
			c.Skipped = &junitSkipped{catalogue.T("gate.junit.later")}
		case !r.Pass && a.Mode == Block:
			s.Failures++
			c.Failure = &junitFailure{Message: plain.Clean(r.Says), Text: r.reasons()}
		case !r.Pass:
			c.Skipped = &junitSkipped{catalogue.T("gate.junit.advise", "says", plain.Clean(r.Says), "reasons", strings.TrimSpace(r.reasons()))}
			c.Out = r.reasons()
		}
		if c.Skipped != nil {
			s.Skipped++
		}
		for _, x := range r.Excepted {
			c.Out += plain.Clean(x.words()) + "\n"
		}
		s.Cases = append(s.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(s); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// reasons are why a rule fails, one a line.
func (r *Result) reasons() string {
	var b strings.Builder
	for _, f := range r.Failing {
		b.WriteString(plain.Clean(f.Reason) + "\n")
	}
	return b.String()
}

// The SARIF form: one result for each thing that fails a rule.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Short sarifText `json:"shortDescription"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		Rule         string            `json:"ruleId"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Suppressions []sarifSuppressed `json:"suppressions,omitempty"`
	}
	sarifSuppressed struct {
		Kind          string `json:"kind"`
		Status        string `json:"status"`
		Justification string `json:"justification"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
	}
)

// DefaultPlace is the file that findings of a product are shown at where nobody
// named another: the negotiation file as it stands in most repositories.
const DefaultPlace = "parley.yaml"

// SARIF writes an answer as SARIF 2.1.0: errors where the gate blocks, warnings
// where it advises. file is the negotiation file a finding is shown at: its path
// from the root of the repository, with slashes; "" for [DefaultPlace], since what
// shows findings beside the text takes none without a place. One whose line is
// not known is shown at the first. A fingerprint is made of rule and id alone, so
// that it outlives other words. What a decision in force lets pass is there as a
// suppressed result.
func (a *Answer) SARIF(w io.Writer, product, file string) error {
	level := "warning"
	if a.Mode == Block {
		level = "error"
	}
	uri := (&url.URL{Path: cmp.Or(file, DefaultPlace)}).String()
	run := sarifRun{Tool: sarifTool{sarifDriver{Name: "parley gate", Rules: []sarifRule{}}}, Results: []sarifResult{}}
	for _, r := range a.Results {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{r.Rule, sarifText{plain.Clean(r.Says)}})
		result := func(ref, reason string, line int) sarifResult {
			place := sarifPhysical{sarifArtifact{uri}, sarifRegion{max(line, 1)}}
			return sarifResult{
				Rule: r.Rule, Level: level, Message: sarifText{plain.Clean(reason)},
				Locations:    []sarifLocation{{place, []sarifLogical{{product + "/" + ref}}}},
				Fingerprints: map[string]string{"parleyGate/v1": product + "/" + r.Rule + "/" + ref},
			}
		}
		for _, f := range r.Failing {
			run.Results = append(run.Results, result(f.Ref, f.Reason, f.Line))
		}
		for _, x := range r.Excepted {
			one := result(x.Ref, x.Reason, x.Line)
			one.Suppressions = []sarifSuppressed{{"external", "accepted", plain.Clean(x.Says)}}
			run.Results = append(run.Results, one)
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}
