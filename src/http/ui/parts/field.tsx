/** One line of a form: what it is called, what helps, what is wrong with it. */
export interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'email' | 'password';
  readonly value?: string | undefined;
  readonly hint?: string;
  readonly error?: string | undefined;
  /** What a password manager may put there. */
  readonly autocomplete: string;
  readonly isMono?: boolean;
  readonly minLength?: number;
  /** What such a value looks like. */
  readonly placeholder?: string;
  /** Where the page begins. */
  readonly isFirst?: boolean;
}

/** A labelled input that is needed; its hint and error are read out with it. */
export function Field(props: FieldProps) {
  const { name, label, type = 'text', value, hint, error, autocomplete, isMono } = props;
  const described = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ');
  return (
    <div class="form-field">
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        type={type}
        value={value}
        class={isMono ? 'mono' : undefined}
        autocomplete={autocomplete}
        autocapitalize="none"
        spellcheck={false}
        required
        minlength={props.minLength}
        placeholder={props.placeholder}
        autofocus={props.isFirst}
        aria-invalid={error === undefined ? undefined : 'true'}
        aria-describedby={described === '' ? undefined : described}
      />
      {hint === undefined ? null : <p id={`${name}-hint`}>{hint}</p>}
      {error === undefined ? null : (
        <p id={`${name}-error`} class="wrong">
          {error}
        </p>
      )}
    </div>
  );
}
