import type { ApiSchema } from '../../document/api-document.ts';
import { resolved, type Schemas } from './example.ts';
import { Prose } from './prose.tsx';
import { limitWords, typeWords } from './words.ts';

const DEPTH_MAX = 4;

/** The fields of an object, one line each; objects inside can be opened. */
export function Fields(props: {
  readonly schema: ApiSchema;
  readonly schemas: Schemas;
  readonly depth?: number;
  /** In a body somebody sends, what must be there is worth saying; an answer has all of it. */
  readonly isSent: boolean;
}) {
  const { schemas, depth = 0, isSent } = props;
  const schema = innermost(props.schema, schemas);
  const entries = Object.entries(schema.properties ?? {});
  if (entries.length === 0) return <p class="quiet-line">{typeWords(props.schema, schemas)}</p>;
  return (
    <ul class="fields">
      {entries.map(([name, field]) => (
        <li>
          <div class="field">
            <code>{name}</code>
            <span class="type">{typeWords(field, schemas)}</span>
            {isSent && schema.required?.includes(name) ? <span class="must">required</span> : null}
          </div>
          <Remarks schema={resolved(field, schemas).schema} />
          {depth < DEPTH_MAX && innermost(field, schemas).properties !== undefined ? (
            <details class="inside" open={depth === 0 && isList(field, schemas)}>
              <summary class="reveal">Fields</summary>
              <Fields schema={field} schemas={schemas} depth={depth + 1} isSent={isSent} />
            </details>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

/** What a value means and keeps to. */
export function Remarks({ schema }: { readonly schema: ApiSchema }) {
  const limits = limitWords(schema);
  if (schema.description === undefined && limits === '') return null;
  return (
    <p class="remark">
      {schema.description === undefined ? null : <Prose text={schema.description} />}
      {schema.description !== undefined && limits !== '' ? ' ' : ''}
      {limits === '' ? null : <span>{limits}</span>}
    </p>
  );
}

/** The object a field comes down to: through references, lists, and the one choice that is an object. */
function innermost(given: ApiSchema, schemas: Schemas): ApiSchema {
  const { schema } = resolved(given, schemas);
  if (schema.items !== undefined) return innermost(schema.items, schemas);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) {
    const inner = choices.map((choice) => innermost(choice, schemas));
    return inner.find(({ properties }) => properties !== undefined) ?? schema;
  }
  if (schema.allOf === undefined) return schema;
  const parts = schema.allOf.map((part) => innermost(part, schemas));
  return {
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    required: parts.flatMap(({ required }) => required ?? []),
  };
}

/** Of a page of a list the items are what one looks for. */
function isList(field: ApiSchema, schemas: Schemas): boolean {
  return resolved(field, schemas).schema.items !== undefined;
}
