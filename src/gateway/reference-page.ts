/** The reference of the API as a page of its own: made from the OpenAPI document, without scripts or anything from elsewhere. */
import { html, raw } from 'hono/html';

/** As far as the page looks at an OpenAPI document. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  format?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  additionalProperties?: Schema | boolean;
}

interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
  responses?: Record<string, { description: string; content?: Record<string, { schema?: Schema }> }>;
}

export interface ApiDocument {
  info: { title: string; version: string; description?: string };
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

type Html = ReturnType<typeof html>;

const STYLE = `
  :root { color-scheme: light dark; --line: light-dark(#ddd, #444); --quiet: light-dark(#666, #aaa); --mark: light-dark(#f4f4f2, #26282a); }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 2rem 1rem 6rem; }
  h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
  code, .path { font-family: ui-monospace, monospace; font-size: .9em; }
  details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; padding: .4rem .8rem; }
  summary { cursor: pointer; }
  .method { display: inline-block; min-width: 3.2rem; font-weight: 600; }
  .quiet, .type { color: var(--quiet); }
  table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
  td, th { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-top: 1px solid var(--line); }
  pre { background: var(--mark); padding: .8rem; border-radius: 6px; overflow-x: auto; }
`;

/** A type in few words, with links to named schemas. */
function typeOf(schema: Schema | undefined): Html {
  if (!schema) return html``;
  if (schema.$ref) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
    return html`<a href="#${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum) return html`${schema.enum.map((each) => JSON.stringify(each)).join(' | ')}`;
  if (schema.anyOf)
    return html`${schema.anyOf.map((each, index) => html`${index > 0 ? ' or ' : ''}${typeOf(each)}`)}`;
  if (schema.items) return html`list of ${typeOf(schema.items)}`;
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'anything');
  if (typeof schema.additionalProperties === 'object')
    return html`object of ${typeOf(schema.additionalProperties)}`;
  return html`${schema.format ? `${type} (${schema.format})` : type}`;
}

function fields(schema: Schema): Html {
  const rows = Object.entries(schema.properties ?? {}).map(
    ([name, part]) =>
      html`<tr>
        <td><code>${name}</code>${schema.required?.includes(name) ? '' : html` <span class="quiet">optional</span>`}</td>
        <td class="type">${typeOf(part)}${part.properties ? fields(part) : part.items?.properties ? fields(part.items) : ''}</td>
        <td>${part.description ?? ''}${part.default === undefined ? '' : html` <span class="quiet">usually ${JSON.stringify(part.default)}</span>`}</td>
      </tr>`,
  );
  return rows.length === 0 ? html`` : html`<table><tbody>${rows}</tbody></table>`;
}

function body(content: Record<string, { schema?: Schema }> | undefined): Html[] {
  return Object.entries(content ?? {}).map(
    ([type, { schema }]) =>
      html`<p><code>${type}</code> ${typeOf(schema)}</p>${schema ? fields(schema) : ''}`,
  );
}

function operation(method: string, path: string, described: Operation): Html {
  const parameters = (described.parameters ?? []).map(
    (each) =>
      html`<tr>
        <td><code>${each.name}</code> <span class="quiet">${each.in}${each.required ? '' : ', optional'}</span></td>
        <td class="type">${typeOf(each.schema)}</td>
        <td>${each.description ?? each.schema?.description ?? ''}${
          each.schema?.default === undefined
            ? ''
            : html` <span class="quiet">usually ${JSON.stringify(each.schema.default)}</span>`
        }</td>
      </tr>`,
  );
  return html`<details id="${method}${path}">
    <summary><span class="method">${method.toUpperCase()}</span> <span class="path">${path}</span> <span class="quiet">${described.summary ?? ''}</span></summary>
    ${described.description ? html`<p>${described.description}</p>` : ''}
    ${parameters.length === 0 ? '' : html`<table><tbody>${parameters}</tbody></table>`}
    ${described.requestBody ? html`<h4>Body</h4>${body(described.requestBody.content)}` : ''}
    ${Object.entries(described.responses ?? {}).map(
      ([status, answer]) =>
        html`<h4>${status === 'default' ? 'Otherwise' : status}: ${answer.description}</h4>${body(answer.content)}`,
    )}
  </details>`;
}

export function referencePage(document: ApiDocument): Html {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ method, path, described })),
  );
  const tags = Map.groupBy(operations, ({ described }) => described.tags?.[0] ?? 'Other');
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8"><meta name="viewport" content="width=device-width">
  <title>${document.info.title} ${document.info.version}</title>
  <style>${raw(STYLE)}</style>
</head>
<body>
  <h1>${document.info.title} <small class="quiet">${document.info.version}</small></h1>
  <p>${document.info.description ?? ''}</p>
  <pre>curl -H "Authorization: Bearer $(cat data/token)" http://127.0.0.1:8080/v1/overview</pre>
  <p>The same as a document for programs: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
  ${[...tags].map(
    ([tag, list]) =>
      html`<h2>${tag}</h2>${list.map(({ method, path, described }) => operation(method, path, described))}`,
  )}
  <h2>Schemas</h2>
  ${Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      html`<h3 id="${name}">${name}</h3><p>${schema.description ?? ''}</p>${fields(schema)}`,
  )}
</body>
</html>`;
}
