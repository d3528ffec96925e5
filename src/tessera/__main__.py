"""The program's way in. It imports nothing heavy itself: the child processes that read deliveries import it again."""


def main() -> None:
    """Run the `tessera` command."""
    from tessera.bootstrap import run  # noqa: PLC0415 - see above

    run()


if __name__ == "__main__":
    main()
