/** The part of Eleventy's interface that the site uses; it brings no types. */
declare module '@11ty/eleventy' {
  export interface UserConfig {
    readonly ignores: Set<string>;
    setUseGitIgnore(use: boolean): void;
    setTemplateFormats(formats: readonly string[]): void;
    setIncludesDirectory(folder: string): void;
    /** A page of which `change` returns false is left out. */
    addPreprocessor(name: string, extensions: string, change: (data: never, content: string) => unknown): void;
    amendLibrary(extension: 'md', change: (md: import('markdown-it').MarkdownIt) => void): void;
    addGlobalData(name: string, value: unknown): void;
    addPassthroughCopy(what: string | Readonly<Record<string, string>>): void;
  }
  export class Eleventy {
    constructor(input: string, output: string, o: { quietMode: boolean; config: (config: UserConfig) => void });
    write(): Promise<unknown>;
  }
}
