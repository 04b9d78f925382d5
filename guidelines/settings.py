"""What a site may set about the library; only entry points read it."""

from pydantic_settings import BaseSettings, SettingsConfigDict

from guidelines.judging import Most


class IntakeSettings(BaseSettings):
    """How large a guideline may be."""

    model_config = SettingsConfigDict(env_prefix="CLINICITE_", extra="ignore")

    max_pages: int = Most.pages
    max_megabytes: int = Most.megabytes

    @property
    def most(self) -> Most:
        """The limits as one value."""
        return Most(self.max_pages, self.max_megabytes)
