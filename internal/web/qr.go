package web

import (
	"fmt"
	"html/template"
	"strings"

	"rsc.io/qr"
)

// quietZone is the white edge that readers need, in squares: ISO/IEC 18004
// section 5.3.8.
const quietZone = 4

// qrPicture draws a text under a title, so that a camera reads it: dark on white, whatever the
// scheme of the page.
func qrPicture(text, title string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", fmt.Errorf("draw a picture for cameras: %w", err)
	}
	var path strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quietZone, y+quietZone)
			}
		}
	}
	size := code.Size + 2*quietZone
	// Numbers alone, and a title of the catalogue: nothing in it comes from anybody.
	return template.HTML(fmt.Sprintf( //nolint:gosec // see above
		`<svg class="qr" role="img" viewBox="0 0 %d %[1]d" shape-rendering="crispEdges"><title>%s</title><path fill="#fff" d="M0 0h%[1]dv%[1]dh-%[1]dz"/><path fill="#000" d="%[3]s"/></svg>`,
		size, template.HTMLEscapeString(title), path.String())), nil
}
