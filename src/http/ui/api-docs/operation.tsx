import type { ApiOperation, ApiParameter } from '../../document/api-document.ts';
import { curlOf, jsonSchema } from './curl.ts';
import { exampleOf, type Schemas } from './example.ts';
import { Fields, Remarks } from './fields.tsx';
import { Prose } from './prose.tsx';
import { accessWords, anchorOf, typeWords } from './words.ts';

/** One operation: closed it is a line of the list, open it is everything there is to know. */
export function Operation(props: {
  readonly method: string;
  readonly path: string;
  readonly operation: ApiOperation;
  readonly schemas: Schemas;
}) {
  const { method, path, operation, schemas } = props;
  const access = accessWords(operation['x-access']);
  const bodySchema = jsonSchema(operation.requestBody?.content);
  return (
    <details class="operation" id={anchorOf(method, path)}>
      <summary>
        <span class={`method ${method}`}>{method.toUpperCase()}</span>
        <code class="path">{path}</code>
        <span class="what">{operation.summary}</span>
        <span class="who">{access.who}</span>
      </summary>
      <div class="inner">
        {operation.description === undefined ? null : (
          <p class="lead">
            <Prose text={operation.description} />
          </p>
        )}
        <div class="columns">
          <div class="facts">
            <h4>Who may call it</h4>
            <p class="remark">{access.how}</p>
            <Parameters parameters={operation.parameters ?? []} schemas={schemas} />
            {bodySchema === undefined ? null : (
              <>
                <h4>Body</h4>
                <Fields schema={bodySchema} schemas={schemas} isSent={true} />
              </>
            )}
            <Answers operation={operation} schemas={schemas} />
          </div>
          <div class="samples">
            <Sample title="Call" text={curlOf(method, path, operation, schemas)} />
            <AnswerSample operation={operation} schemas={schemas} />
          </div>
        </div>
      </div>
    </details>
  );
}

const PLACES: Readonly<Record<string, string>> = { path: 'Path', query: 'Query', header: 'Headers' };

function Parameters(props: { readonly parameters: readonly ApiParameter[]; readonly schemas: Schemas }) {
  return Object.entries(PLACES).map(([place, title]) => {
    const own = props.parameters.filter((parameter) => parameter.in === place);
    if (own.length === 0) return null;
    return (
      <>
        <h4>{title}</h4>
        <ul class="fields">
          {own.map(({ name, required, schema, description }) => (
            <li>
              <div class="field">
                <code>{name}</code>
                <span class="type">{typeWords(schema, props.schemas)}</span>
                {required === true ? <span class="must">required</span> : null}
              </div>
              <Remarks schema={{ ...schema, ...(description === undefined ? {} : { description }) }} />
            </li>
          ))}
        </ul>
      </>
    );
  });
}

function Answers({ operation, schemas }: { readonly operation: ApiOperation; readonly schemas: Schemas }) {
  return Object.entries(operation.responses)
    .filter(([status]) => status !== 'default')
    .map(([status, { description, content }]) => {
      const schema = jsonSchema(content);
      const others = Object.keys(content ?? {}).filter((type) => type !== 'application/json');
      return (
        <>
          <h4>
            Answer <span class="status">{status}</span>
          </h4>
          <p class="remark">
            <Prose text={description} />
            {schema !== undefined && others.length > 0
              ? ` Also as ${others.join(', ')} (Accept header).`
              : ''}
          </p>
          {schema === undefined ? null : <Fields schema={schema} schemas={schemas} isSent={false} />}
        </>
      );
    });
}

function AnswerSample({
  operation,
  schemas,
}: {
  readonly operation: ApiOperation;
  readonly schemas: Schemas;
}) {
  const first = Object.entries(operation.responses).find(([, { content }]) => jsonSchema(content));
  const schema = jsonSchema(first?.[1].content);
  if (first === undefined || schema === undefined) return null;
  return <Sample title={`Answer ${first[0]}`} text={JSON.stringify(exampleOf(schema, schemas), null, 2)} />;
}

function Sample({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <figure class="sample">
      <figcaption>{title}</figcaption>
      <div class="command">
        <pre tabindex={0}>
          <code>{text}</code>
        </pre>
        <button type="button" class="copy">
          Copy
        </button>
      </div>
    </figure>
  );
}
