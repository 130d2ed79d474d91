/** A posting as JSON, put together from its rows by their primary keys: the reverse of posting-rows.ts. */

/** SQL of the posting of the row `p` of the table posting. What stands on all rows of a posting is in each of its lines and taxes. */
export const POSTING_JSON = `json_build_object('key', p.posting, 'entity', p.entity, 'act', p.act, 'currency', p.currency,
  'bookCurrency', p.book_currency, 'documentDate', p.document_date, 'postingDate', p.posting_date, 'ruleVersion', p.rule_version,
  'text', p.text, 'reverses', p.reverses,
  'lines', (select coalesce(json_agg(json_build_object('role', l.role, 'account', l.account, 'amountMinor', l.amount_minor,
      'bookMinor', l.book_minor, 'item', l.open_item, 'dimensions', l.dimensions, 'entity', l.entity, 'currency', l.currency,
      'postingDate', l.posting_date) order by l.line), '[]')
    from posting_line l where l.bucket = p.bucket and l.kind = p.kind and l.key = p.key and l.seq = p.seq and l.item = p.item),
  'taxes', (select coalesce(json_agg(json_build_object('registration', t.registration, 'jurisdiction', t.jurisdiction, 'scheme', t.scheme,
      'taxCode', t.tax_code, 'rate', t.rate, 'baseMinor', t.base_minor, 'taxMinor', t.tax_minor,
      'bookBaseMinor', t.book_base_minor, 'bookTaxMinor', t.book_tax_minor, 'taxPoint', t.tax_point,
      'originalPeriod', t.original_period, 'reportedPeriod', t.reported_period, 'entity', t.entity, 'currency', t.currency, 'postingDate', t.posting_date) order by t.line), '[]')
    from tax_entry t where t.bucket = p.bucket and t.kind = p.kind and t.key = p.key and t.seq = p.seq and t.item = p.item))`;
