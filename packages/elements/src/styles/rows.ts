import { css, type CSSResult } from 'lit';

/** The rows of a list: a table, or, where there is little room, its cells below each other. */
export const rowStyles: CSSResult = css`
  .rows {
    display: grid;
    container-type: inline-size;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
  }

  .rows table {
    width: 100%;
    border-collapse: collapse;
    table-layout: fixed;
  }

  .rows :is(th, thead td) {
    padding: 0.4rem 0.5rem;
    border-block-end: 1px solid var(--line);
    color: var(--ink-quiet);
    font-size: 0.82em;
    font-weight: 500;
    text-align: start;
  }

  .rows th:first-child {
    padding-inline-start: 0.75rem;
  }

  .rows td {
    padding: 0.2rem 0.15rem;
    vertical-align: top;
  }

  .rows tbody td:first-child {
    padding-inline-start: 0.3rem;
  }

  .rows tbody tr + tr td {
    border-block-start: 1px solid var(--line);
  }

  .rows td > .input,
  .rows td .select > .input,
  .rows td .date > .input {
    min-height: 2rem;
    padding: 0.2rem 0.4rem;
    border-color: transparent;
    background: transparent;
    box-shadow: none;
  }

  .rows td .input:hover:not(:disabled, [readonly]) {
    background: var(--sunken);
  }

  .rows td .input:focus {
    background: var(--surface);
  }

  .rows td .input[aria-invalid='true'] {
    border-color: var(--bad);
  }

  .rows td .select > .icon {
    inset-inline-end: 0.4rem;
  }

  .rows td .toggle {
    min-height: 2rem;
    padding-inline: 0.4rem;
  }

  .rows .cell-problem {
    margin: 0.1rem 0.4rem 0.25rem;
    color: var(--bad);
    font-size: 0.82em;
  }

  .rows .tools {
    width: 5.9rem;
    padding-inline-end: 0.35rem;
    text-align: end;
    white-space: nowrap;
  }

  .rows .tools .icon-button {
    width: 1.7rem;
    height: 2rem;
    opacity: 0.6;
  }

  .rows tr:is(:hover, :focus-within) .tools .icon-button:not([aria-disabled='true']) {
    opacity: 1;
  }

  .rows .tools .icon-button[aria-disabled='true'] {
    opacity: 0.25;
  }

  .rows .toggle .state {
    display: none;
  }

  .rows .tools .icon {
    font-size: 0.92rem;
  }

  .rows .foot {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    padding: 0.3rem 0.4rem;
    border-block-start: 1px solid var(--line);
  }

  .rows .foot:first-child {
    border: 0;
  }

  .rows .empty {
    padding-inline: 0.35rem;
    color: var(--ink-quiet);
  }

  @container (width < 26rem) {
    .rows table,
    .rows tbody,
    .rows tr,
    .rows td {
      display: block;
    }

    .rows thead {
      display: none;
    }

    .rows tr {
      padding: 0.35rem 0.6rem;
    }

    .rows tbody tr + tr {
      border-block-start: 1px solid var(--line);
    }

    .rows tbody tr + tr td {
      border: 0;
    }

    .rows tbody td,
    .rows tbody td:first-child {
      display: grid;
      grid-template-columns: 6rem minmax(0, 1fr);
      align-items: center;
      padding-inline: 0;
    }

    .rows td::before {
      content: attr(data-label);
      color: var(--ink-quiet);
      font-size: 0.8em;
    }

    .rows tbody .tools {
      display: block;
      width: auto;
    }

    .rows .tools::before {
      content: none;
    }
  }
`;
