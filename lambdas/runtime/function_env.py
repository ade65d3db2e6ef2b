"""A function's environment: its variables, and the use case that is made of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Generic, TypeVar

from cognito_drop.contract.environment import Variables

U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class FunctionEnv(Variables, ABC, Generic[U]):
    """Base of every function's environment."""

    @abstractmethod
    def use_case(self) -> U:
        """The function's use case with its adapters."""
