-- Nothing looks events up by their product: the state does that. An index of it
-- is one more page that each event writes, another one for each product.
DROP INDEX IF EXISTS events_product;
