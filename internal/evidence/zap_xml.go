package evidence

import "encoding/xml"

func isZAPXML(sh *shape) bool { return sh.xmlRoot("OWASPZAPReport") }

// readZAPXML reads ZAP's XML report.
func readZAPXML(src *source) *Error {
	x := src.xml()
	z := &zap{run: src.run(Findings)}
	if el, ok := x.root(); ok {
		z.run.Version = attr(el, "version")
		z.generated, z.created = attr(el, "generated"), attr(el, "created")
		x.children(func(el xml.StartElement) {
			switch el.Name.Local {
			case "site":
				readZAPXMLSite(x, z, attr(el, "name"))
			case "created":
				z.created = x.text()
			}
		})
	}
	x.end()
	z.finish()
	return x.err
}

func readZAPXMLSite(x *xmlScan, z *zap, site string) {
	listed := false
	x.children(func(el xml.StartElement) {
		if el.Name.Local != "alerts" {
			return
		}
		listed = true
		x.children(func(el xml.StartElement) {
			if el.Name.Local != "alertitem" {
				return
			}
			plugin, risk, confidence, name := "", "", "", ""
			x.children(func(el xml.StartElement) {
				switch el.Name.Local {
				case "pluginid":
					plugin = x.text()
				case "riskcode":
					risk = x.text()
				case "confidence":
					confidence = x.text()
				case "alert", "name":
					name = x.text()
				}
			})
			z.alert(plugin, site, risk, confidence, name)
		})
	})
	z.scanned(site, listed)
}
