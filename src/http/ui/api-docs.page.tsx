import type { ApiDocument, ApiOperation } from '../document/api-document.ts';
import { Guide, Statuses } from './api-docs/guide.tsx';
import { Operation } from './api-docs/operation.tsx';
import { anchorOf, tagAnchor } from './api-docs/words.ts';
import type { Assets } from './assets.ts';
import { Shell } from './layout.tsx';

/** An operation with where it is. */
interface Entry {
  readonly method: string;
  readonly path: string;
  readonly operation: ApiOperation;
}

/** A part of the API with its operations. */
interface Part {
  readonly name: string;
  readonly description?: string;
  readonly entries: readonly Entry[];
}

/** `/api/docs`: the document to be read, whole without JavaScript. */
export function apiReferencePage(document: ApiDocument, assets: Assets): string {
  const parts = partsOf(document);
  const page = (
    <Shell
      title="API reference, NetFlow ISP"
      assets={assets}
      script="docs.js"
      aside={<Tools />}
      foot={
        <>
          <span>NetFlow ISP {document.info.version}</span>
          <span>This page is made from /api/openapi.json.</span>
        </>
      }
    >
      <div class="docs">
        <Nav parts={parts} />
        <div class="stack">
          <div class="docs-head">
            <h1>API reference</h1>
            <p>{document.info.description}</p>
            <p>
              <a href="/api/openapi.json">OpenAPI 3.1 document</a>
            </p>
          </div>
          <Guide />
          {parts.map((part) => (
            <PartCard part={part} document={document} />
          ))}
          <Statuses />
        </div>
      </div>
    </Shell>
  );
  return `<!doctype html>${String(page)}`;
}

function Tools() {
  return (
    <label class="find" hidden>
      <span class="visually-hidden">Find an operation</span>
      <input type="search" placeholder="Find an operation" autocomplete="off" spellcheck={false} />
      <kbd>/</kbd>
    </label>
  );
}

function Nav({ parts }: { readonly parts: readonly Part[] }) {
  return (
    <nav class="docs-nav" aria-label="Parts of the API">
      <ul>
        {parts.map(({ name, entries }) => (
          <li>
            <a href={`#${tagAnchor(name)}`}>
              {name}
              <span>{entries.length}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function PartCard({ part, document }: { readonly part: Part; readonly document: ApiDocument }) {
  const id = tagAnchor(part.name);
  return (
    <section class="card part" id={id} aria-labelledby={`${id}-title`}>
      <header>
        <h2 id={`${id}-title`}>{part.name}</h2>
        {part.description === undefined ? null : <p>{part.description}</p>}
      </header>
      {part.entries.map(({ method, path, operation }) => (
        <Operation
          key={anchorOf(method, path)}
          method={method}
          path={path}
          operation={operation}
          schemas={document.components.schemas}
        />
      ))}
    </section>
  );
}

function partsOf({ tags, paths }: ApiDocument): readonly Part[] {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Entry => ({ method, path, operation })),
  );
  return tags.map((tag) => ({
    ...tag,
    entries: all.filter(({ operation }) => operation.tags?.[0] === tag.name),
  }));
}
