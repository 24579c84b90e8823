import { css, type CSSResult } from 'lit';

export const presenceStyles: CSSResult = css`
  :host {
    display: inline-block;
  }

  .people {
    display: flex;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .person {
    display: grid;
    place-items: center;
    width: var(--concord-avatar, 1.85rem);
    height: var(--concord-avatar, 1.85rem);
    border-radius: 50%;
    background: var(--color, var(--sunken));
    box-shadow: 0 0 0 2px var(--concord-background, var(--surface));
    color: var(--on-color, var(--ink));
    font-size: 0.72rem;
    font-weight: 650;
    letter-spacing: 0.01em;
    user-select: none;
    animation: arrive 180ms ease-out;
  }

  .person + .person {
    margin-inline-start: -0.2rem;
  }

  @keyframes arrive {
    from {
      opacity: 0;
      scale: 0.7;
    }
  }

  @media (forced-colors: active) {
    .person {
      border: 1px solid;
    }
  }
`;
