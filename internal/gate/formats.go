package gate

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"net/url"

	"github.com/parleysec/parley/internal/brief/plain"
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
		Skipped *struct{}     `xml:"skipped,omitempty"`
		Out     string        `xml:"system-out,omitempty"` // what decisions in force let pass
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes an answer as JUnit XML. A gate that only advises has no failures
// there, since a pipeline that reads the file would stop.
func (a *Answer) JUnit(w io.Writer, product string) error {
	s := junitSuite{Name: "parley gate " + plain.Clean(product), Tests: len(a.Results)}
	for _, r := range a.Results {
		c := junitCase{Class: "parley.gate", Name: plain.Clean(r.Rule + ": " + r.Says)}
		switch {
		case r.Skipped:
			s.Skipped++
			c.Skipped = &struct{}{}
		case !r.Pass && a.Mode == Block:
			s.Failures++
			c.Failure = &junitFailure{Message: plain.Clean(r.Says)}
			for _, f := range r.Failing {
				c.Failure.Text += plain.Clean(f.Reason) + "\n"
			}
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
		Physical *sarifPhysical `json:"physicalLocation,omitempty"` // nil: no file
		Logical  []sarifLogical `json:"logicalLocations"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
	}
)

// SARIF writes an answer as SARIF 2.1.0: errors where the gate blocks, warnings
// where it advises. file is the negotiation file a finding is shown at: its path
// from the working directory, with slashes; "" where no file was asked about. A
// fingerprint is made of rule and id alone, so that it outlives other words.
// What a decision in force lets pass is there as a suppressed result.
func (a *Answer) SARIF(w io.Writer, product, file string) error {
	level := "warning"
	if a.Mode == Block {
		level = "error"
	}
	var place *sarifPhysical
	if file != "" {
		place = &sarifPhysical{sarifArtifact{(&url.URL{Path: file}).String()}}
	}
	run := sarifRun{Tool: sarifTool{sarifDriver{Name: "parley gate", Rules: []sarifRule{}}}, Results: []sarifResult{}}
	for _, r := range a.Results {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{r.Rule, sarifText{plain.Clean(r.Says)}})
		result := func(ref, reason string) sarifResult {
			return sarifResult{
				Rule: r.Rule, Level: level, Message: sarifText{plain.Clean(reason)},
				Locations:    []sarifLocation{{place, []sarifLogical{{product + "/" + ref}}}},
				Fingerprints: map[string]string{"parleyGate/v1": product + "/" + r.Rule + "/" + ref},
			}
		}
		for _, f := range r.Failing {
			run.Results = append(run.Results, result(f.Ref, f.Reason))
		}
		for _, x := range r.Excepted {
			one := result(x.Ref, x.Reason)
			one.Suppressions = []sarifSuppressed{{"external", "accepted", plain.Clean(x.Says)}}
			run.Results = append(run.Results, one)
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}
