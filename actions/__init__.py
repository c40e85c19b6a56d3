"""What runs inside the action server: looking parcels up, ending the search, handing over to people."""
