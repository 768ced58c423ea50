import * as z from 'zod/mini';
import { UsageError } from '../../model/errors.ts';
import type { DiagnoseForm, ServerForm } from '../api.ts';

const text = z.string().check(z.maxLength(1024));
const list = z.optional(z.array(text).check(z.maxLength(16)));
const maybe = z.optional(text);

const diagnose = z.strictObject({
  target: text,
  ...{
    on: maybe,
    from: maybe,
    identity: list,
    port: maybe,
    login: maybe,
    jump: maybe,
    configFile: maybe,
    option: list,
  },
  ...{ family: z.optional(z.enum(['4', '6'])), vantage: list, allHostKeys: z.optional(z.boolean()) },
  timeout: z.optional(z.number().check(z.minimum(1), z.maximum(120))),
});
const server = z.strictObject({ on: maybe, user: maybe, from: maybe, port: maybe, key: maybe });
const cause = z.strictObject({ cause: text, seal: maybe });

function read<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const made = schema.safeParse(value);
  if (made.success) return made.data;
  const [first] = made.error.issues;
  throw new UsageError(
    `the form is not as it should be: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}`.trim(),
  );
}

/** Forms of the page: shape and length. What the words mean is checked where they are used. @throws UsageError */
export const diagnoseForm = (value: unknown): DiagnoseForm => read(diagnose, value) as DiagnoseForm;
export const serverForm = (value: unknown): ServerForm => read(server, value) as ServerForm;
export const causeForm = (value: unknown): { readonly cause: string; readonly seal?: string } =>
  read(cause, value) as { cause: string; seal?: string };
