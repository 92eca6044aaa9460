// Package parley holds the words of the negotiation between a team and the
// people who decide: products, threats, impacts, controls, mitigations,
// features, plans and decisions, with the rules a model must keep.
//
// A [Model] is what one negotiation file says about one product. Quantities in
// it are texts until [Resolve] has read them with the model's own scale;
// [Validate] then checks what no single field can: unique ids, references,
// cycles, shares. Both report every problem they find, each with the path of
// the field, so that whoever read the text can point at the place.
package parley
