package evidence

import (
	"encoding/xml"
	"strings"
)

func isCycloneDXXML(sh *shape) bool {
	return sh.xmlRoot("bom") && strings.HasPrefix(sh.root.Space, cyclonedxSpace)
}

// cyclonedxSpace is the namespace of a version, but for the version.
const cyclonedxSpace = "http://cyclonedx.org/schema/bom/"

// readCycloneDXXML reads the XML form, and the older extension in which each
// component holds its vulnerabilities.
func readCycloneDXXML(src *source) *Error {
	x := src.xml()
	c := &cyclonedxXML{x: x, run: src.run(Statements)}
	if el, ok := x.root(); ok {
		if says := cyclonedxUnknown(strings.TrimPrefix(el.Name.Space, cyclonedxSpace)); says != "" {
			x.fail(says)
		}
		x.children(func(el xml.StartElement) {
			switch el.Name.Local {
			case "metadata":
				c.metadata()
			case "components":
				c.components()
			case "vulnerabilities":
				c.vulnerabilities("")
			}
		})
	}
	x.end()
	c.run.stated()
	return x.err
}

type cyclonedxXML struct {
	x   *xmlScan
	run *Run
}

func (c *cyclonedxXML) metadata() {
	c.x.children(func(el xml.StartElement) {
		switch el.Name.Local {
		case "timestamp":
			c.run.timed(c.x.text())
		case "tools":
			c.tools()
		}
	})
}

func (c *cyclonedxXML) tools() {
	c.x.children(func(el xml.StartElement) {
		if el.Name.Local == "components" {
			c.tools()
			return
		}
		name, version := "", ""
		c.x.children(func(el xml.StartElement) {
			switch el.Name.Local {
			case "name":
				name = c.x.text()
			case "version":
				version = c.x.text()
			}
		})
		if c.run.Tool == "" {
			c.run.Tool, c.run.Version = name, version
		}
	})
}

// components nest: a component may hold components.
func (c *cyclonedxXML) components() {
	c.x.children(func(el xml.StartElement) {
		name := attr(el, "bom-ref")
		c.x.children(func(el xml.StartElement) {
			switch el.Name.Local {
			case "name":
				if n := c.x.text(); name == "" {
					name = n
				}
			case "components":
				c.components()
			case "vulnerabilities":
				c.vulnerabilities(name)
			}
		})
	})
}

func (c *cyclonedxXML) vulnerabilities(component string) {
	c.x.children(func(el xml.StartElement) {
		if el.Name.Local == "vulnerability" {
			c.vulnerability(component)
		}
	})
}

func (c *cyclonedxXML) vulnerability(component string) {
	x := c.x
	v := Case{Path: component}
	var refs []string
	state := ""
	x.children(func(el xml.StartElement) {
		switch el.Name.Local {
		case "id":
			v.Rule = x.text()
		case "ratings":
			x.children(func(xml.StartElement) { v.Level = max(v.Level, c.rating()) })
		case "analysis":
			x.children(func(el xml.StartElement) {
				if el.Name.Local == "state" {
					state = x.text()
				}
			})
		case "affects":
			refs = c.affects()
		}
	})
	v.Outcome = vexState(state)
	c.run.addAbout(v, refs)
}

func (c *cyclonedxXML) affects() (refs []string) {
	c.x.children(func(xml.StartElement) {
		c.x.children(func(el xml.StartElement) {
			if el.Name.Local == "ref" {
				refs = append(refs, c.x.text())
			}
		})
	})
	return refs
}

func (c *cyclonedxXML) rating() (l Level) {
	c.x.children(func(el xml.StartElement) {
		switch el.Name.Local {
		case "severity":
			l = max(l, levelOf(c.x.text()))
		case "score":
			l = max(l, levelOfScore(c.x.text()))
		}
	})
	return l
}
